# Go
FROM golang:1.25.3 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG GO_PACKAGE=./cmd/api
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/app "$GO_PACKAGE"

FROM gcr.io/distroless/static-debian12:nonroot
WORKDIR /app
ENV PORT=8080
COPY --from=build /out/app /app/app
COPY templates /app/templates
USER nonroot
EXPOSE 8080
CMD ["/app/app"]
