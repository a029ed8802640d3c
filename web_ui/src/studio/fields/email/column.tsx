export { Column } from '../text/column';
