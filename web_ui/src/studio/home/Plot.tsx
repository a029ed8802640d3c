/** A small plot of a figure by day or moment: an area, and perhaps a second line. Arrow keys move along it. */
import { Area, AreaChart, Line, ResponsiveContainer, Tooltip, YAxis } from 'recharts';
import { formatDate } from '../ui/format';

export interface PlotPoint {
  day: string;
  value: number | null;
  second?: number | null;
}

export default function Plot({
  points,
  label,
  secondLabel,
  format,
  formatPoint = formatDate,
  fromZero = true,
}: {
  points: readonly PlotPoint[];
  label: string;
  secondLabel?: string;
  format: (value: number) => string;
  formatPoint?: (day: string) => string;
  fromZero?: boolean;
}) {
  const shape = { type: 'monotone', isAnimationActive: false, dot: false, connectNulls: true } as const;
  return (
    <ResponsiveContainer width="100%" height={64} minWidth={0}>
      <AreaChart data={[...points]} margin={{ top: 4, right: 1, bottom: 1, left: 1 }} title={label}>
        <YAxis hide domain={[fromZero ? 0 : 'auto', 'auto']} />
        <Area
          {...shape}
          dataKey="value"
          name={label}
          stroke="var(--accent)"
          strokeWidth={1.75}
          baseValue={fromZero ? 0 : 'dataMin'}
          fill="var(--accent)"
          fillOpacity={0.12}
        />
        {secondLabel && (
          <Line {...shape} dataKey="second" name={secondLabel} stroke="var(--muted)" strokeDasharray="3 3" />
        )}
        <Tooltip
          cursor={{ stroke: 'var(--line)' }}
          isAnimationActive={false}
          allowEscapeViewBox={{ x: false, y: true }}
          position={{ y: 68 }}
          content={({ active, payload }) =>
            active && payload?.length ? (
              <div className="plot-tip">
                <b>{formatPoint(String(payload[0]?.payload.day))}</b>
                {payload.map((entry) => (
                  <span key={String(entry.dataKey)}>
                    {entry.name} {typeof entry.value === 'number' ? format(entry.value) : '–'}
                  </span>
                ))}
              </div>
            ) : null
          }
        />
      </AreaChart>
    </ResponsiveContainer>
  );
}
