import { withUserspan } from '@userspan/node/next';
import type { NextConfig } from 'next';

const config: NextConfig = {};

export default withUserspan(config);
