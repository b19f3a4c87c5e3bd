using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Json;

/// <summary>
/// What was put on record must be read by every later version: nothing of it gets lost on the way, and no word of it
/// changes.
/// </summary>
public sealed class WhatIsOnRecord
{
    private const string WordsFile = "words.txt";

    public static TheoryData<Type> Types() =>
        [.. Closure.Types.Where(type => !type.IsAbstract).Concat(Closure.Roots.Where(root => !root.IsAbstract))];

    [Theory]
    [MemberData(nameof(Types))]
    public void Comes_back_whole(Type type)
    {
        var written = JsonSerializer.Serialize(Example.Of(type), type, Vocabulary.Options);
        var read = JsonSerializer.Deserialize(written, type, Vocabulary.Options);

        Assert.Equal(written, JsonSerializer.Serialize(read, type, Vocabulary.Options));
        if (JsonNode.Parse(written) is not JsonObject members) return;
        foreach (var name in NamesOf(type)) Assert.True(members.ContainsKey(name), $"{name} is not in {written}");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_case_is_told_by_its_word_wherever_that_stands(Type type)
    {
        if (UnionOf(type) is not { } union) return;
        var written = JsonSerializer.SerializeToNode(Example.Of(type), union, Vocabulary.Options)!.AsObject();
        Assert.Equal(WordOf(union, type), (string?)written["$type"]);

        // Stores that reorder members must not make it unreadable.
        var word = written["$type"]!.DeepClone();
        written.Remove("$type");
        written["$type"] = word;
        Assert.IsType(type, written.Deserialize(union, Vocabulary.Options));
    }

    [Fact]
    public void Has_the_words_that_it_has_always_had()
    {
        var pinned = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Json", WordsFile));
        var words = Closure.Types.SelectMany(WordsOf).Distinct().Order(StringComparer.Ordinal).ToList();
        var gone = pinned.Except(words).ToList();
        var added = words.Except(pinned).ToList();
        Assert.True(gone.Count == 0, $"on record somewhere, and no longer understood:\n{string.Join('\n', gone)}");
        Assert.True(added.Count == 0, $"new words; add to {WordsFile}, in order:\n{string.Join('\n', added)}");
    }

    private static IEnumerable<string> WordsOf(Type type)
    {
        var name = type.ToString().Replace("OrleansRelease.Core.", "", StringComparison.Ordinal);
        if (type.IsEnum) return Enum.GetNames(type).Select(member => $"{name} = {member}");
        if (type.IsAbstract)
        {
            return type.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
                .Select(derived => $"{name} = {derived.TypeDiscriminator}");
        }

        return NamesOf(type).Select(member => $"{name} . {member}");
    }

    private static IEnumerable<string> NamesOf(Type type) => type.GetCustomAttribute<JsonConverterAttribute>() is null
        ? type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(member => member.GetCustomAttribute<JsonIgnoreAttribute>() is null && member.GetMethod is not null)
            .Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name))
        : [];

    private static Type? UnionOf(Type type)
    {
        for (var union = type.BaseType; union is not null; union = union.BaseType)
        {
            if (Closure.IsUnion(union)) return union;
        }

        return null;
    }

    private static string? WordOf(Type union, Type type) => (string?)union
        .GetCustomAttributes<JsonDerivedTypeAttribute>().Single(derived => derived.DerivedType == type)
        .TypeDiscriminator;
}
