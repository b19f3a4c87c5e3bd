namespace OrleansRelease.Core.Specs;

/// <summary>
/// When a release that was taken back is called so: when the criteria of what is there again have held for a time. It
/// is no part of any bound: the last request is off the new versions before.
/// </summary>
/// <param name="For">For how long they have to hold in a row, as measured.</param>
/// <param name="Expected">How long that takes if every window passes: windows are whole, and are read late.</param>
/// <param name="Within">After which it is called taken back without, and says so.</param>
public sealed record Stabilise(TimeSpan For, TimeSpan Expected, TimeSpan Within);
