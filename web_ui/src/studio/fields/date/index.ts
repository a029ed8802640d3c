import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const date: FieldType = { Column, Input, Show: Column };
