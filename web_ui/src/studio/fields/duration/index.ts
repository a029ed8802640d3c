import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const duration: FieldType = { Column, Input, Show: Column, right: true };
