using System.Globalization;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Values as a manifest writes them.</summary>
internal static class LongForm
{
    public static string Of(Weight weight) => (weight.BasisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture);
}
