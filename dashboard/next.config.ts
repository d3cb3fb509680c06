import type { NextConfig } from 'next'

const development = process.env.NODE_ENV !== 'production'

const config: NextConfig = {
  basePath: '/app',
  ...(development ? {} : { output: 'export' }),
  // The pages come through the public port, so the browser's host is not the one `next dev` listens on.
  allowedDevOrigins: ['localhost', '127.0.0.1', '*.local'],
  devIndicators: false,
  images: { unoptimized: true },
}

export default config
