// Opens `count` connections of one kind and keeps them open until it is killed. It is a separate process, so that its memory
// and processor time are not counted for the collector.
import { kinds } from './kinds.mjs';

const room = JSON.parse(process.env.ROOM);
for (const { name, count } of JSON.parse(process.env.ATTACK)) {
  for (let index = 0; index < count; index += 1) await kinds[name].open(room, index);
}
console.log('open');
setInterval(() => {}, 1000);
