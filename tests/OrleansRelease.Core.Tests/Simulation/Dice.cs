namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>The only source of chance in a run: the same seed throws the same dice.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>A whole number from the first to the last, both included.</summary>
    public int Between(int first, int last) => _random.Next(first, last + 1);

    public double Fraction() => _random.NextDouble();

    public TimeSpan Seconds(double least, double most) =>
        TimeSpan.FromMilliseconds(Math.Round((least + ((most - least) * _random.NextDouble())) * 1000));

    public T Pick<T>(params ReadOnlySpan<T> from) => from[_random.Next(from.Length)];
}
