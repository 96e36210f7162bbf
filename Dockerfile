# The CD image: berth-cd with Pulumi and its plugins, so that a run downloads nothing.
#   docker build --tag berth-cd .
#   docker run --rm berth-cd help

# The bundles of dist/ need no node_modules beside them.
FROM node:24-slim AS build
WORKDIR /berth
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/third-parties.mjs scripts/
COPY scripts/build scripts/build
COPY src src
COPY stacks stacks
RUN npm run build

# The tag is the version of @pulumi/pulumi in package-lock.json; a test holds the two together.
FROM pulumi/pulumi-nodejs-24:3.270.0 AS pulumi
ENV PULUMI_HOME=/pulumi/home
ENV PULUMI_SKIP_UPDATE_CHECK=true

# The program hands awsx its own aws provider, so one version of the aws plugin serves both.
FROM pulumi AS plugins
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /plugins
COPY package-lock.json ./
RUN node --print ' \
      const { "node_modules/@pulumi/aws": aws, "node_modules/@pulumi/awsx": awsx } = require("./package-lock.json").packages; \
      [`aws ${aws.version}`, `awsx ${awsx.version}`].join("\n")' \
    | xargs --max-args=2 pulumi plugin install --exact resource

FROM pulumi
LABEL org.opencontainers.image.title="berth-cd" \
      org.opencontainers.image.description="Brings a Compose project up in its owner's own AWS account" \
      org.opencontainers.image.licenses="Apache-2.0"
# Pulumi's home is the user's: the CLI keeps its credentials, locks and workspaces there.
COPY --from=plugins --chown=node:node /pulumi/home /pulumi/home
COPY --from=build /berth/dist /berth/dist
COPY LICENSE Pulumi.yaml /berth/
# V8's code of what commands run, compiled by the Node that is here.
RUN node /berth/dist/code.js
RUN ln -s /berth/dist/berth-cd.js /usr/local/bin/berth-cd && ln -s /berth/dist/berth.js /usr/local/bin/berth
ENV NODE_ENV=production
# The image's own CLI is of the SDK's version: no run needs to ask it.
ENV PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK=true
ENV PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
# The base image's user "node".
USER 1000:1000
WORKDIR /home/node
# No shell between: ECS's SIGTERM reaches the program itself.
ENTRYPOINT ["berth-cd"]
CMD ["help"]
