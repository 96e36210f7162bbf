# Rust
FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo install --locked --path . --root /out

FROM gcr.io/distroless/cc-debian12:nonroot
WORKDIR /app
ENV PORT=8080
COPY --from=build /out/bin/api /app/app
USER nonroot
EXPOSE 8080
CMD ["/app/app"]
