using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;

namespace OrleansRelease.Core.Inquiries;

/// <summary>
/// A time at which something else was wrong, so that its counts do not say how the service was before. From null: all
/// up to <see cref="Until"/>.
/// </summary>
public sealed record ExcludedTime(DateTimeOffset? From, DateTimeOffset Until)
{
    private const int Most = 8;

    /// <summary>What the next inquiry leaves out.</summary>
    public static ImmutableArray<ExcludedTime> ForNextAfter(InquiryState? last) => last switch
    {
        null => [],
        // What gets worse still is held against how bad it was already.
        { OverAt: null } => [.. last.Excluded.Append(new(null, last.Onset)).TakeLast(Most)],
        { OverAt: { } over } =>
        [
            .. last.Excluded.Where(one => one.From is not null).Append(new(last.BadSince, over)).TakeLast(Most),
        ],
    };

    /// <summary>Those stretches that say how it was before, and all since the onset.</summary>
    public static ImmutableArray<Stretch> RemoveFrom(
        ImmutableArray<Stretch> stretches, ImmutableArray<ExcludedTime> excluded, DateTimeOffset onset) =>
        stretches.RemoveAll(stretch => stretch.Start < onset && excluded.Any(one =>
            stretch.End > (one.From ?? DateTimeOffset.MinValue) && stretch.Start < one.Until));
}
