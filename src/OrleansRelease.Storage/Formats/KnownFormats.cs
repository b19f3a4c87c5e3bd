using System.Globalization;
using OrleansRelease.Core.Durability;

namespace OrleansRelease.Storage.Formats;

/// <summary>
/// The formats of rows that a build reads; it writes the one that the store says, so that the build before can run on
/// the same store until that is raised.
/// </summary>
public sealed record KnownFormats(int Oldest, int Newest)
{
    /// <summary>
    /// A property of the runtime's configuration (<c>configProperties</c>) that makes this build the next one, which
    /// knows one format more: to rehearse an upgrade before there is one.
    /// </summary>
    public const string NextBuild = "OrleansRelease.NextBuild";

    public static KnownFormats OfThisBuild { get; } = new(
        RowFormat.Oldest, RowFormat.Newest + (IsNextBuild ? 1 : 0));

    private static bool IsNextBuild => string.Equals(
        Convert.ToString(AppContext.GetData(NextBuild), CultureInfo.InvariantCulture), bool.TrueString,
        StringComparison.OrdinalIgnoreCase);
}
