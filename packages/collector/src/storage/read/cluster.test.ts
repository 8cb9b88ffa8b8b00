import { storeCases } from '../../testing/store-cases.ts';

storeCases('cluster');
