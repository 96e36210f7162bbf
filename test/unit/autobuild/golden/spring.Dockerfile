# Java 17 with Maven
FROM eclipse-temurin:17-jdk AS build
WORKDIR /src
COPY mvnw pom.xml ./
COPY .mvn ./.mvn
RUN sh ./mvnw --batch-mode dependency:go-offline
COPY . .
RUN sh ./mvnw --batch-mode package -DskipTests && mkdir /out && cp "$(ls target/*.jar | grep -vE '(-(sources|javadoc|tests|plain)\.jar|/original-)' | head -n 1)" /out/app.jar

FROM eclipse-temurin:17-jre
RUN useradd --uid 10001 --home-dir /app --create-home app
WORKDIR /app
ENV PORT=8080 SERVER_PORT=8080 QUARKUS_HTTP_PORT=8080 JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75
COPY --from=build /out /app
USER app
EXPOSE 8080
CMD ["java", "-jar", "/app/app.jar"]
