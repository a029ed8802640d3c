import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const regions: FieldType = { Column, Input, Show: Column, wide: true };
