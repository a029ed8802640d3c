import { Input as Whole } from '../integer/input';
import type { FieldInputProps } from '../types';

export const Input = (entered: FieldInputProps) => <Whole {...entered} step="any" />;
