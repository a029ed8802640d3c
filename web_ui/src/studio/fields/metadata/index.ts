import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const metadata: FieldType = { Column, Input, Show: Column, wide: true };
