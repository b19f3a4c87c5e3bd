using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Json;

/// <summary>
/// Every type that is stored or spoken, every case of it, with every member full and with every one bare.
/// </summary>
public sealed class WhatIsStoredComesBack
{
    public static TheoryData<string, bool> Objects => Each(Stored.AllObjects.Select(type => type.ToString()));

    public static TheoryData<string, bool> Names => Each(Stored.Names.Select(type => type.Name).Order());

    [Theory]
    [MemberData(nameof(Objects))]
    public void It_is_the_same_member_by_member(string name, bool full)
    {
        var (type, value) = ExampleOf(name, full);

        Assert.Null(SameContent.Difference(value, Read(type, Write(type, value)), name));
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void It_is_the_same_when_the_store_reorders_its_members(string name, bool full)
    {
        var (type, value) = ExampleOf(name, full);
        var reordered = Reversed(JsonNode.Parse(Write(type, value)))!.ToJsonString();

        Assert.Null(SameContent.Difference(value, Read(type, reordered), name));
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void It_is_the_same_beside_a_member_that_a_newer_version_has_written(string name, bool full)
    {
        var (type, value) = ExampleOf(name, full);
        var newer = JsonNode.Parse(Write(type, value))!.AsObject();
        newer["ofANewerVersion"] = new JsonObject { ["$type"] = "unheard-of" };

        Assert.Null(SameContent.Difference(value, Read(type, newer.ToJsonString()), name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_comes_back_as_a_value_and_as_a_key(string name, bool asKey)
    {
        var type = Stored.Names.Single(one => one.Name == name);
        var value = Examples.Name(type);
        var many = asKey ? typeof(Dictionary<,>).MakeGenericType(type, typeof(int)) : type.MakeArrayType();
        var before = asKey ? Keyed(many, value) : Listed(type, value);

        Assert.Null(SameContent.Difference(before, Read(many, Write(many, before)), name));
    }

    [Fact]
    public void An_empty_name_is_an_error_and_never_a_name() =>
        Assert.All(Stored.Names, type => Assert.Throws<JsonException>(() => Read(type, "\"\"")));

    [Fact]
    public void Every_union_of_Core_is_among_what_is_tried()
    {
        var tried = Stored.AllObjects.Select(type => type.Declared).ToHashSet();

        // One that is missing is stored or spoken as part of something that Stored has to name.
        Assert.Empty(Stored.Unions.Where(union => !tried.Contains(union)).Select(StoredType.Readable));
    }

    [Fact]
    public void Every_case_of_a_union_has_its_word()
    {
        foreach (var union in Stored.Unions)
        {
            var cases = union.Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(union));
            Assert.Empty(cases.Except(Stored.Cases(union)).Select(StoredType.Readable));
        }
    }

    [Fact]
    public void Nothing_is_stored_that_nobody_reads_back()
    {
        // What follows from the rest is made anew: a sentence for people, once stored, would stay as it was worded
        // then.
        var never = from type in Stored.Objects
                    from member in Stored.Members(type.Actual)
                    where member is { Set: null, AssociatedParameter: null }
                    select $"{type}: {member.Name}";

        Assert.Empty(never);
    }

    [Fact]
    public void Something_that_is_lost_is_found()
    {
        var one = new Outcome.Overtaken(new(1, 2, 3));

        Assert.Equal("it.Accepted: '1.2.3' became '1.2.4'",
            SameContent.Difference(one, new Outcome.Overtaken(new(1, 2, 4)), "it"));
        Assert.Equal("it[1]: 'b' became ''", SameContent.Difference(
            new[] { ServiceName.From("a"), ServiceName.From("b") }, new[] { ServiceName.From("a"), default }, "it"));
    }

    private static TheoryData<string, bool> Each(IEnumerable<string> names)
    {
        var all = new TheoryData<string, bool>();
        foreach (var name in names)
        {
            all.Add(name, true);
            all.Add(name, false);
        }

        return all;
    }

    private static (Type Declared, object Value) ExampleOf(string name, bool full)
    {
        var type = Stored.AllObjects.Single(one => one.ToString() == name);
        return (type.Declared, new Examples(full).Of(type));
    }

    private static string Write(Type type, object value) => JsonSerializer.Serialize(value, type, Vocabulary.Options);

    private static object? Read(Type type, string json) => JsonSerializer.Deserialize(json, type, Vocabulary.Options);

    private static JsonNode? Reversed(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(member =>
            KeyValuePair.Create(member.Key, Reversed(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Reversed)]),
        _ => node?.DeepClone(),
    };

    private static object Keyed(Type type, object key)
    {
        var keyed = (System.Collections.IDictionary)Activator.CreateInstance(type)!;
        keyed[key] = 1;
        return keyed;
    }

    private static object Listed(Type type, object item)
    {
        var listed = Array.CreateInstance(type, 1);
        listed.SetValue(item, 0);
        return listed;
    }
}
