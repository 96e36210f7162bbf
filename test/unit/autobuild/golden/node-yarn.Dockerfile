# Node 20 with yarn
FROM node:20-slim AS build
RUN npm install --global --force yarn@1
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn install --frozen-lockfile
COPY . .
RUN yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline

FROM node:20-slim
WORKDIR /app
ENV NODE_ENV=production PORT=3000
RUN chown node:node /app
COPY --from=build --chown=node:node /app ./
USER node
EXPOSE 3000
CMD ["node", "src/main.js"]
