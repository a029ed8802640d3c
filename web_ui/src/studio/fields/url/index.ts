import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const url: FieldType = { Column, Input, Show: Column };
