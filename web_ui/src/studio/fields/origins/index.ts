import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const origins: FieldType = { Column, Input, Show: Column, wide: true };
