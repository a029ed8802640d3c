import { Column } from '../markdown/column';
import type { FieldType } from '../types';
import { Input } from './input';
import { Show } from './show';

export const expression: FieldType = { Column, Input, Show, wide: true };
