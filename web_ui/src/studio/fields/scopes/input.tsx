import { Input as Choices } from '../choices/input';
import type { Entered } from '../types';

export const Input = (entered: Entered) => <Choices {...entered} />;
