# Node 22.11.0 with pnpm
FROM node:22.11.0-slim AS build
RUN npm install --global pnpm@10.4.1
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --frozen-lockfile
COPY . .
RUN pnpm run build
RUN CI=true pnpm prune --prod

FROM node:22.11.0-slim
RUN npm install --global pnpm@10.4.1
WORKDIR /app
ENV NODE_ENV=production PORT=3000
RUN chown node:node /app
COPY --from=build --chown=node:node /app ./
USER node
EXPOSE 3000
CMD ["pnpm", "run", "start"]
