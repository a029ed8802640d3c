import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const color: FieldType = { Column, Input, Show: Column };
