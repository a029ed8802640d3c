/** Whether the server sends mails, and the templates. */
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/http';

export interface MailStatus {
  sends: boolean;
  sender: string | null;
  kinds: string[];
  languages: string[];
}
export const MAIL = '/api/v1/dashboard/mail';
export const useMailStatus = () =>
  useQuery({ queryKey: ['mail'], queryFn: ({ signal }) => get<MailStatus>(MAIL, { signal }) });
