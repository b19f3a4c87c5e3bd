using System.Globalization;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Weights as a manifest writes them: bare percent.</summary>
internal static class WeightText
{
    public static string Of(Weight weight) =>
        (weight.BasisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture);
}
