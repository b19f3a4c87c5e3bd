using System.Collections;
using System.Reflection;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Json;

/// <summary>
/// Compares member by member: records that hold arrays are not equal by content, and two texts of JSON would be equal
/// when a member is written by neither.
/// </summary>
internal static class SameContent
{
    /// <summary>The first place where they differ, or null.</summary>
    public static string? Difference(object? before, object? after, string path)
    {
        if (before is null || after is null)
            return before is null && after is null ? null : $"{path}: {Shown(before)} became {Shown(after)}";
        if (before.GetType() != after.GetType())
            return $"{path}: {before.GetType()} became {after.GetType()}";
        if (before is IEnumerable and not string) return DifferenceOfMany(before, after, path);
        return IsOfMembers(before.GetType())
            ? Members(before.GetType())
                .Select(member => Difference(
                    member.GetValue(before), member.GetValue(after), $"{path}.{member.Name}"))
                .FirstOrDefault(difference => difference is not null)
            : Equals(before, after) ? null : $"{path}: {Shown(before)} became {Shown(after)}";
    }

    private static string? DifferenceOfMany(object before, object after, string path)
    {
        var (first, second) = (List(before), List(after));
        return first.Count != second.Count
            ? $"{path}: {first.Count} became {second.Count}"
            : first.Select((item, n) => Difference(item, second[n], $"{path}[{n}]"))
                .FirstOrDefault(difference => difference is not null);
    }

    private static List<object?> List(object many) => [.. ((IEnumerable)many).Cast<object?>()];

    // Names, weights and the like are compared by what they say they are: their members may be private.
    private static bool IsOfMembers(Type type) =>
        type is { IsGenericType: true, IsValueType: true }
        || (type.IsClass && type.Assembly == typeof(Vocabulary).Assembly);

    private static IEnumerable<PropertyInfo> Members(Type type) => type.GetProperties()
        .Where(member => member.GetIndexParameters().Length == 0 && (member.CanWrite || type.IsValueType));

    private static string Shown(object? value) => value is null ? "nothing" : $"'{value}'";
}
