import { Input as Choices } from '../choices/input';
import type { FieldInputProps } from '../types';

export const Input = (entered: FieldInputProps) => <Choices {...entered} />;
