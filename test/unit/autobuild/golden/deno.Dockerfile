# Deno
FROM denoland/deno:2
RUN useradd --uid 10001 --home-dir /app --create-home app
WORKDIR /app
ENV PORT=8000 DENO_DIR=/app/.deno
COPY --chown=app:app . .
USER app
RUN deno install
EXPOSE 8000
CMD ["deno", "task", "start"]
