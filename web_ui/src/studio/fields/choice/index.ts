import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const choice: FieldType = { Column, Input, Show: Column };
