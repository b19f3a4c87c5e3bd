namespace OrleansRelease.Core.Durability;

/// <summary>
/// A command's input that says itself what makes two of it the same body; without this all of the input does.
/// </summary>
public interface IStatesBody
{
    string Body { get; }
}
