using System.Globalization;
using System.Runtime.CompilerServices;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// What is wrong where something required does not hold, put together only then: a state is a page of text, and nearly
/// always all is well.
/// </summary>
[InterpolatedStringHandler]
internal ref struct Otherwise
{
    private DefaultInterpolatedStringHandler _text;

    public Otherwise(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        _text = holds ? default : new(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value, string? format = null) => _text.AppendFormatted(value, format);

    public override string ToString() => _text.ToString();
}
