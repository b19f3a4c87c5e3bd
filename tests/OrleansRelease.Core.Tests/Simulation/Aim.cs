using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>What one world is to meet: an input with a fault in a phase; null before the first.</summary>
internal sealed record Aim(Phase? Phase, string Input, Faults Fault);
