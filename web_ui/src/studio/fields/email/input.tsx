import { Input as Text } from '../text/input';
import type { FieldInputProps } from '../types';

export const Input = (entered: FieldInputProps) => <Text {...entered} type="email" inputMode="email" />;
