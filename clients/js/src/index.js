export { audio } from './audio.js';
export { chat } from './chat.js';
export { events } from './events.js';
export { Problem } from './problem.js';
