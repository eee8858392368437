import Hummingbird
import ArgumentParser
import MoongateSQL
@main struct M { static func main() { print("stub") } }
