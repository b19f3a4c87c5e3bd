namespace OrleansRelease.Core.Attribution;

/// <summary>Sums of numbers that are too small or too large to be written out: by their logarithms.</summary>
internal static class Logs
{
    public static double Sum(IEnumerable<double> logs)
    {
        var all = logs.ToArray();
        var most = all.Length == 0 ? double.NegativeInfinity : all.Max();
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(all.Sum(log => Math.Exp(log - most)));
    }
}
