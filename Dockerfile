# Build: packages, dashboard. Run: plain Bun, not root. Migrations: `bun run migrate` with the same image.
FROM oven/bun:1.4.5 AS build
WORKDIR /app
COPY package.json bun.lock ./
COPY patches patches/
COPY dashboard/package.json dashboard/
RUN bun install --frozen-lockfile
COPY . .
ENV NEXT_TELEMETRY_DISABLED=1
RUN bun run build \
 && rm -rf node_modules dashboard/node_modules dashboard/.next \
 && bun install --frozen-lockfile --production --filter dealdome

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build --chown=bun:bun /app .
USER bun
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s CMD ["bun", "-e", "process.exit((await fetch('http://localhost:' + (process.env.PORT ?? 3000) + '/health')).ok ? 0 : 1)"]
CMD ["bun", "src/main.ts"]
