# .NET 9.0
FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build
WORKDIR /src
COPY ["Shop.csproj","./"]
RUN dotnet restore
COPY . .
RUN dotnet publish --configuration Release --output /out

FROM mcr.microsoft.com/dotnet/aspnet:9.0
WORKDIR /app
ENV PORT=8080 ASPNETCORE_HTTP_PORTS=8080
COPY --from=build /out ./
USER app
EXPOSE 8080
CMD ["dotnet", "Shop.dll"]
