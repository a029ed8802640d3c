import { Input as Whole } from '../integer/input';
import type { Entered } from '../types';

export const Input = (entered: Entered) => <Whole {...entered} step="any" />;
