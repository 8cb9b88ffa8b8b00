// Opens `count` connections of one kind and keeps them, until it is killed. A process of its own, so that its work is not
// taken for the collector's.
import { kinds } from './kinds.mjs';

const room = JSON.parse(process.env.ROOM);
for (const { name, count } of JSON.parse(process.env.ATTACK)) {
  for (let index = 0; index < count; index += 1) await kinds[name].open(room, index);
}
console.log('open');
setInterval(() => {}, 1000);
