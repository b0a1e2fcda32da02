import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { ConnectionPhase } from '../lib/lab/connection.ts';
import type { BenchState } from '../lib/stores/bench.ts';
import type { Lab } from './lab.ts';
import type { ViewState } from './view.ts';

export const LabContext = createContext<Lab | null>(null);

export function useLab(): Lab {
  const lab = use(LabContext);
  if (lab === null) throw new Error('useLab needs a LabContext above it');
  return lab;
}

export function useBench<T>(select: (state: BenchState) => T): T {
  return useStore(useLab().bench, select);
}

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useLab().view.store, select);
}

export function useConnectionPhase(): ConnectionPhase {
  return useStore(useLab().connection.phase, (state) => state.phase);
}
