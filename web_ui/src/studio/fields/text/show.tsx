export { Column as Show } from './column';
