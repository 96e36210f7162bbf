# Java 21 with Gradle
FROM gradle:8-jdk21 AS build
WORKDIR /src
COPY build.gradle.kts settings.gradle.kts ./
RUN gradle --no-daemon dependencies
COPY . .
RUN gradle --no-daemon installDist -x test && mv build/install/* /out

FROM eclipse-temurin:21-jre
RUN useradd --uid 10001 --home-dir /app --create-home app
WORKDIR /app
ENV PORT=8080 SERVER_PORT=8080 QUARKUS_HTTP_PORT=8080 JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75
COPY --from=build /out /app
USER app
EXPOSE 8080
CMD ["sh", "-c", "exec \"$(ls -d /app/bin/* | grep -v \"\\.bat$\" | head -n 1)\""]
