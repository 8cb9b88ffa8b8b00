import '@userspan/node/auto';
