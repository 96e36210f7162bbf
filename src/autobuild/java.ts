/** A Dockerfile for Java, by Maven or Gradle. */
import {
  dockerfileText,
  exec,
  ignoreFile,
  makeUser,
  MissingFact,
  type Folder,
  type Recipe,
  type Wanted,
} from "./folder";
import { toolVersion, versionFile } from "./versions";

/** The line with long-term support that most projects build with. */
const usual = "21";

const usualPort = 8080;

interface Tool {
  readonly name: "Maven" | "Gradle";
  readonly image: (version: string) => string;
  /** What fetches the dependencies, with the files that it reads. */
  readonly before: readonly string[];
  readonly build: string;
  /** Below /app, what the build leaves. */
  readonly result: Packaged;
}

/** What a build leaves, and what starts it. */
interface Packaged {
  /** The line that puts it to /out. */
  readonly collect: string;
  readonly start: string;
}

/** The one jar that runs: not the sources', the documentation's, the tests' nor the one before it was packaged. */
const jar = (folder: string): Packaged => ({
  collect: `mkdir /out && cp "$(ls ${folder}/*.jar | grep -vE '(-(sources|javadoc|tests|plain)\\.jar|/original-)' | head -n 1)" /out/app.jar`,
  start: exec("java", "-jar", "/app/app.jar"),
});

const quarkus = (folder: string): Packaged => ({
  collect: `mv ${folder}/quarkus-app /out`,
  start: exec("java", "-jar", "/app/quarkus-run.jar"),
});

/** @throws MissingFact where the build makes nothing that runs */
export function java(folder: Folder, wanted: Wanted): Recipe {
  const version = versionOf(folder);
  const tool = folder.names().includes("pom.xml") ? maven(folder) : gradle(folder);
  const port = wanted.port ?? usualPort;
  const dockerfile = dockerfileText(
    [
      `FROM ${tool.image(version)} AS build`,
      "WORKDIR /src",
      ...tool.before,
      "COPY . .",
      `RUN ${tool.build} && ${tool.result.collect}`,
    ],
    [
      `FROM eclipse-temurin:${version}-jre`,
      makeUser,
      "WORKDIR /app",
      `ENV PORT=${port} SERVER_PORT=${port} QUARKUS_HTTP_PORT=${port} JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75`,
      "COPY --from=build /out /app",
      "USER app",
      `EXPOSE ${port}`,
      tool.result.start,
    ],
  );
  const ignore = ignoreFile("**/target", "**/build", "**/.gradle");
  return { seen: `Java ${version} with ${tool.name}`, dockerfile, ignore, port, notes: [] };
}

function versionOf(folder: Folder): string {
  const scripts = ["build.gradle", "build.gradle.kts"].map((name) => folder.read(name) ?? "").join("\n");
  const pom = folder.read("pom.xml") ?? "";
  const found =
    /<(?:java\.version|maven\.compiler\.(?:release|source)|release)>\s*(?:1\.)?(\d+)/.exec(pom)?.[1] ??
    /JavaLanguageVersion\.of\((\d+)\)/.exec(scripts)?.[1] ??
    /sourceCompatibility\s*=\s*['"]?(?:JavaVersion\.VERSION_)?(?:1[._])?(\d+)/.exec(scripts)?.[1] ??
    /jvmToolchain\((\d+)\)/.exec(scripts)?.[1] ??
    /^java\.runtime\.version=(\d+)/m.exec(folder.read("system.properties") ?? "")?.[1] ??
    /(\d+)/.exec(versionFile(folder, ".java-version") ?? toolVersion(folder, "java") ?? "")?.[1];
  return found ?? usual;
}

function maven(folder: Folder): Tool {
  const pom = folder.read("pom.xml") ?? "";
  const wrapper = folder.names().includes("mvnw");
  const run = wrapper ? "sh ./mvnw --batch-mode" : "mvn --batch-mode";
  const modules = pom.includes("<modules>");
  if (
    !/spring-boot-maven-plugin|quarkus-maven-plugin|maven-shade-plugin|maven-assembly-plugin|<mainClass>/.test(
      pom,
    )
  ) {
    throw new MissingFact(
      "Java",
      "pom.xml packages no jar that runs by itself",
      "add spring-boot-maven-plugin, quarkus-maven-plugin or maven-shade-plugin with the main class to its build",
    );
  }
  const files = wrapper ? ["COPY mvnw pom.xml ./", "COPY .mvn ./.mvn"] : ["COPY pom.xml ./"];
  return {
    name: "Maven",
    image: (version) => (wrapper ? `eclipse-temurin:${version}-jdk` : `maven:3-eclipse-temurin-${version}`),
    // The modules' own files are not there yet, so nothing of theirs can be fetched.
    before: modules ? [] : [...files, `RUN ${run} dependency:go-offline`],
    build: `${run} package -DskipTests`,
    result: pom.includes("quarkus-maven-plugin") ? quarkus("target") : jar("target"),
  };
}

function gradle(folder: Folder): Tool {
  const there = folder.names();
  const script = folder.read("build.gradle") ?? folder.read("build.gradle.kts") ?? "";
  const wrapper = there.includes("gradlew");
  const run = wrapper ? "sh ./gradlew --no-daemon" : "gradle --no-daemon";
  const files = there.filter((name) =>
    /^(build\.gradle|settings\.gradle)(\.kts)?$|^gradle\.properties$/.test(name),
  );
  const spring = script.includes("org.springframework.boot");
  const isQuarkus = script.includes("io.quarkus");
  const application = /\bapplication\b/.test(script);
  if (!spring && !isQuarkus && !application && !/[Ss]hadow|Main-Class/.test(script)) {
    throw new MissingFact(
      "Java",
      `${files[0] ?? "build.gradle"} makes nothing that runs by itself`,
      "apply the application plugin with the main class, or Spring Boot's plugin",
    );
  }
  const start = exec("sh", "-c", 'exec "$(ls -d /app/bin/* | grep -v "\\.bat$" | head -n 1)"');
  const plan: Packaged & { readonly task: string } = spring
    ? { task: "bootJar", ...jar("build/libs") }
    : isQuarkus
      ? { task: "quarkusBuild", ...quarkus("build") }
      : application
        ? { task: "installDist", collect: "mv build/install/* /out", start }
        : { task: "assemble", ...jar("build/libs") };
  return {
    name: "Gradle",
    image: (version) => (wrapper ? `eclipse-temurin:${version}-jdk` : `gradle:8-jdk${version}`),
    before: [
      ...(wrapper
        ? [`COPY gradlew ${files.join(" ")} ./`, "COPY gradle ./gradle"]
        : [`COPY ${files.join(" ")} ./`]),
      `RUN ${run} dependencies`,
    ],
    build: `${run} ${plan.task} -x test`,
    result: plan,
  };
}
