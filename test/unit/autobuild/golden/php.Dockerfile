# PHP
FROM php:8.4-apache
RUN a2enmod rewrite \
    && sed -i 's/Listen 80$/Listen 8080/' /etc/apache2/ports.conf \
    && sed -i 's/:80>/:8080>/' /etc/apache2/sites-available/000-default.conf \
    && cp "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"
ENV PORT=8080
COPY --chown=www-data:www-data . /var/www/html/
USER www-data
EXPOSE 8080
