using System.Reflection;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Json;

/// <summary>
/// Rows and logs that are stored today are read by every later version, and programs compare codes: each word that they
/// rely on stands in <c>words.txt</c>.
/// </summary>
public sealed class PinnedWords
{
    private const string WordsFile = "words.txt";

    private static IReadOnlyList<string> Pinned =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Json", WordsFile))
            .Where(line => line.Length > 0 && !line.StartsWith('#')),
    ];

    private static IReadOnlyList<string> Spoken =>
    [
        .. Kinds().Concat(Cases()).Concat(Enums()).Concat(Members())
            .Concat(Codes("refusal", typeof(RefusalCodes))).Concat(Codes("problem", typeof(ProblemCode)))
            .Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void No_word_that_is_stored_somewhere_was_changed_or_dropped()
    {
        var gone = Pinned.Except(Spoken).ToList();
        Assert.True(gone.Count == 0,
            "These words are in stores and logs already, and are not understood any more. Bring them back; a new "
            + "meaning is a new word beside them:\n" + string.Join('\n', gone));
    }

    [Fact]
    public void Every_new_word_is_pinned()
    {
        var added = Spoken.Except(Pinned).ToList();
        Assert.True(added.Count == 0,
            "These words are new. Nothing can take them back once they are stored: look at each, then add these lines "
            + $"to {WordsFile} beside this test, in their place in the order:\n" + string.Join('\n', added));
    }

    [Fact]
    public void Each_is_pinned_once_and_in_order() =>
        Assert.Equal(Pinned.Distinct().Order(StringComparer.Ordinal), Pinned);

    [Fact]
    public void Words_of_cases_and_codes_are_in_kebab_case()
    {
        var words = Spoken.Where(line => !line.StartsWith("enum ", StringComparison.Ordinal)
            && !line.StartsWith("member ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(words);
        Assert.All(words, line => Assert.Matches(@"\A[a-z]+ ([A-Za-z.]+ )?[a-z]+(-[a-z]+)*\z", line));
    }

    [Fact]
    public void The_words_of_a_union_differ_from_each_other() => Assert.All(Stored.Unions, union =>
        Assert.Distinct(Stored.Shape(union).PolymorphismOptions!.DerivedTypes.Select(one => one.TypeDiscriminator)));

    private static IEnumerable<string> Kinds() => Stored.Deciders.Select(decider =>
        $"kind {KindOf(decider.Decider)}");

    private static IEnumerable<string> Cases() =>
        from union in Stored.Reachable
        from one in Stored.Shape(union).PolymorphismOptions?.DerivedTypes ?? []
        select $"case {StoredType.Readable(union)} {one.TypeDiscriminator}";

    // The kind of a manifest is stored as a part of its key.
    private static IEnumerable<string> Enums() =>
        from type in Stored.Reachable.Append(typeof(ManifestKind))
        where type.IsEnum
        from word in Enum.GetNames(type)
        select $"enum {type.Name} {word}";

    // A member that is renamed comes back empty from what was written before.
    private static IEnumerable<string> Members() =>
        from type in Stored.Objects
        let owner = type.Actual.IsGenericType ? type.Actual.Name.Split('`')[0] : StoredType.Readable(type.Actual)
        from member in Stored.Members(type.Actual)
        group member by $"member {owner} {member.Name}" into same
        select same.Key;

    private static IEnumerable<string> Codes(string of, Type holder) =>
        holder.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => $"{of} {field.GetRawConstantValue()}");

    // A kind is a constant of its decider: no specification is needed to ask for it.
    private static object? KindOf(Type decider) => decider.GetProperty("Kind")!
        .GetValue(System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(decider));
}
