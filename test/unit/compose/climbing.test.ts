import { levelsAbove } from "../../../src/compose";

test.each([
  ["services: {a: {build: .}}", 0],
  ["services: {a: {build: ..}}", 1],
  ["services:\n  a:\n    build: {context: ../.., dockerfile: x}", 2],
  ["services:\n  a:\n    volumes:\n      - ../conf/x:/x:ro", 1],
  ["services:\n  a:\n    volumes:\n      - ${CONF:-../../conf}:/x", 2],
  ["services:\n  a:\n    volumes: [{type: bind, source: ../../../x, target: /x}]", 3],
  ["configs: {a: {file: ../x}}", 1],
  ["x-app: &app\n  volumes: ['../x:/x']\nservices: {a: {<<: *app}}", 1],
  // What a container is told is none of the project's folder.
  ["services: {a: {build: ., command: ../run yarn, entrypoint: [sh, ../x]}}", 0],
  ["services: {a: {environment: {DIR: ../data}, labels: [a=../b], healthcheck: {test: ../check}}}", 0],
  ["services:\n  a:\n    environment:\n      - DIR=../data\n    env_file: ../x.env", 1],
  // Neither is a comment.
  ["# ../../x\nservices: {a: {build: .}} # ../x", 0],
  // What can't be read counts as it stands.
  ["services: {a: {build: ../x", 1],
  ["a: 1\n---\nb: ../x", 1],
])("%j reaches %i levels above its folder", (text, levels) => {
  expect(levelsAbove(text)).toBe(levels);
});
