# static pages
FROM nginxinc/nginx-unprivileged:1-alpine
COPY . /usr/share/nginx/html/
EXPOSE 8080
