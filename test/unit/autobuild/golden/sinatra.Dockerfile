# Ruby 3.4.1
FROM ruby:3.4.1 AS build
WORKDIR /app
ENV BUNDLE_WITHOUT=development:test BUNDLE_PATH=/usr/local/bundle
COPY Gemfile .ruby-version ./
RUN bundle install
COPY . .

FROM ruby:3.4.1-slim
RUN useradd --uid 10001 --home-dir /app --create-home app
WORKDIR /app
ENV BUNDLE_WITHOUT=development:test BUNDLE_PATH=/usr/local/bundle
ENV PORT=3000 RACK_ENV=production
COPY --from=build /usr/local/bundle /usr/local/bundle
COPY --from=build --chown=app:app /app ./
USER app
EXPOSE 3000
CMD ["bundle", "exec", "puma", "--bind", "tcp://0.0.0.0:3000"]
